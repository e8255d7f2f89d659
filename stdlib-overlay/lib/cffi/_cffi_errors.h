/* Where a library with Python inside reports that its start failed: the stream sys.stderr has the text; nothing else shows it
   on this platform. */

static PyObject *_cffi_start_error_capture(void) { return NULL; }
static void _cffi_stop_error_capture(PyObject *capture) { (void)capture; }
