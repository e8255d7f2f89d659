/* The library of the benchmark of cffi and ctypes. */
#include "ffi_bench.h"

int six(int a, int b, int c, int d, int e, int f) {
  return a + b + c + d + e + f;
}

int call_many(int (*function)(int), int count) {
  int sum = 0;
  for (int i = 0; i < count; i++) {
    sum += function(i);
  }
  return sum;
}
