/* What the benchmark of cffi and ctypes calls beside the C library. */
struct point {
  int x, y;
  double weight;
  char name[16];
};

int six(int a, int b, int c, int d, int e, int f);
int call_many(int (*function)(int), int count);
