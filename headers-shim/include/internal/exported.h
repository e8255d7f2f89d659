/* Symbols that CPython exports without declaring them to extensions, as far as their types
   can be told with the structs known here.  Some released wheels import some of them all the
   same, so the runtime defines them; this file is for checking the definitions' types. */
#ifndef Py_INTERNAL_EXPORTED_H
#define Py_INTERNAL_EXPORTED_H

#ifdef __cplusplus
extern "C" {
#endif

typedef struct _PyExecutorObject _PyExecutorObject;

/* abstract.h of 3.11. */
PyAPI_FUNC(int) PyObject_AsCharBuffer(PyObject *, const char **, Py_ssize_t *);
PyAPI_FUNC(int) PyObject_AsReadBuffer(PyObject *, const void **, Py_ssize_t *);
PyAPI_FUNC(int) PyObject_AsWriteBuffer(PyObject *, void **, Py_ssize_t *);
PyAPI_FUNC(int) PyObject_CheckReadBuffer(PyObject *);
PyAPI_FUNC(PyObject *) _PyObject_CallFunction_SizeT(PyObject *, const char *, ...);
PyAPI_FUNC(PyObject *) _PyObject_CallMethod_SizeT(PyObject *, const char *, const char *, ...);

/* ceval.h of 3.11. */
PyAPI_FUNC(void) PyEval_AcquireLock(void);
PyAPI_FUNC(PyObject *) PyEval_CallFunction(PyObject *, const char *, ...);
PyAPI_FUNC(PyObject *) PyEval_CallMethod(PyObject *, const char *, const char *, ...);
PyAPI_FUNC(PyObject *) PyEval_CallObjectWithKeywords(PyObject *, PyObject *, PyObject *);
PyAPI_FUNC(void) PyEval_ReleaseLock(void);
PyAPI_FUNC(int) PyEval_ThreadsInitialized(void);

/* cpython/pystate.h of 3.11. */
PyAPI_FUNC(PyThreadState *) _PyThreadState_Prealloc(PyInterpreterState *);

/* cpython/pythonrun.h of 3.11. */
PyAPI_DATA(PyThreadState *) _PyOS_ReadlineTState;

/* internal/pycore_abstract.h. */
PyAPI_FUNC(PyObject *) _PyNumber_Index(PyObject *);
PyAPI_FUNC(int) _Py_convert_optional_to_ssize_t(PyObject *, void *);

/* internal/pycore_bytesobject.h. */
PyAPI_FUNC(PyObject *) _PyBytes_DecodeEscape2(
    const char *, Py_ssize_t, const char *, int *, const char **);
PyAPI_FUNC(Py_ssize_t) _PyBytes_Find(
    const char *, Py_ssize_t, const char *, Py_ssize_t, Py_ssize_t);
PyAPI_FUNC(void) _PyBytes_Repeat(char *, Py_ssize_t, const char *, Py_ssize_t);
PyAPI_FUNC(Py_ssize_t) _PyBytes_ReverseFind(
    const char *, Py_ssize_t, const char *, Py_ssize_t, Py_ssize_t);

/* internal/pycore_call.h. */
PyAPI_FUNC(PyObject *) _PyObject_CallMethod(PyObject *, PyObject *, const char *, ...);
PyAPI_FUNC(PyObject *) _PyObject_MakeTpCall(
    PyThreadState *, PyObject *, PyObject *const *, Py_ssize_t, PyObject *);
PyAPI_FUNC(PyObject *) _Py_CheckFunctionResult(
    PyThreadState *, PyObject *, PyObject *, const char *);

/* internal/pycore_capsule.h. */
PyAPI_FUNC(int) _PyCapsule_SetTraverse(PyObject *, traverseproc, inquiry);

/* internal/pycore_ceval.h. */
PyAPI_DATA(const binaryfunc) _PyEval_BinaryOps[];
PyAPI_FUNC(int) _PyEval_CheckExceptStarTypeValid(PyThreadState *, PyObject *);
PyAPI_FUNC(int) _PyEval_CheckExceptTypeValid(PyThreadState *, PyObject *);
PyAPI_FUNC(int) _PyEval_ExceptionGroupMatch(
    _PyInterpreterFrame *, PyObject *, PyObject *, PyObject **, PyObject **);
PyAPI_FUNC(void) _PyEval_FormatAwaitableError(PyThreadState *, PyTypeObject *, int);
PyAPI_FUNC(void) _PyEval_FormatExcCheckArg(PyThreadState *, PyObject *, const char *, PyObject *);
PyAPI_FUNC(void) _PyEval_FormatExcUnbound(PyThreadState *, PyCodeObject *, int);
PyAPI_FUNC(void) _PyEval_FormatKwargsError(PyThreadState *, PyObject *, PyObject *);
PyAPI_FUNC(void) _PyEval_FrameClearAndPop(PyThreadState *, _PyInterpreterFrame *);
PyAPI_FUNC(PyObject *) _PyEval_GetANext(PyObject *);
PyAPI_FUNC(PyObject *) _PyEval_GetAwaitable(PyObject *, int);
PyAPI_FUNC(PyObject *) _PyEval_GetBuiltin(PyObject *);
PyAPI_FUNC(PyObject *) _PyEval_ImportFrom(PyThreadState *, PyObject *, PyObject *);
PyAPI_FUNC(PyObject *) _PyEval_ImportName(
    PyThreadState *, _PyInterpreterFrame *, PyObject *, PyObject *, PyObject *);
PyAPI_FUNC(void) _PyEval_LoadGlobalStackRef(PyObject *, PyObject *, PyObject *, _PyStackRef *);
PyAPI_FUNC(PyObject *) _PyEval_LoadName(PyThreadState *, _PyInterpreterFrame *, PyObject *);
PyAPI_FUNC(int) _PyEval_MakePendingCalls(PyThreadState *);
PyAPI_FUNC(PyObject *) _PyEval_MatchClass(
    PyThreadState *, PyObject *, PyObject *, Py_ssize_t, PyObject *);
PyAPI_FUNC(PyObject *) _PyEval_MatchKeys(PyThreadState *, PyObject *, PyObject *);
PyAPI_FUNC(void) _PyEval_MonitorRaise(PyThreadState *, _PyInterpreterFrame *, _Py_CODEUNIT *);
PyAPI_FUNC(int) _PyEval_SetProfile(PyThreadState *, Py_tracefunc, PyObject *);
PyAPI_FUNC(int) _PyEval_SpecialMethodCanSuggest(PyObject *, int);
PyAPI_FUNC(int) _PyEval_UnpackIterableStackRef(
    PyThreadState *, PyObject *, int, int, _PyStackRef *);
PyAPI_FUNC(void) _PyObjectArray_Free(PyObject **, PyObject **);
PyAPI_FUNC(PyObject **) _PyObjectArray_FromStackRefArray(_PyStackRef *, Py_ssize_t, PyObject **);
PyAPI_FUNC(int) _Py_CheckRecursiveCall(PyThreadState *, const char *);
PyAPI_FUNC(int) _Py_Check_ArgsIterable(PyThreadState *, PyObject *, PyObject *);
PyAPI_DATA(const size_t) _Py_FunctionAttributeOffsets[];
PyAPI_FUNC(int) _Py_HandlePending(PyThreadState *);
PyAPI_FUNC(void) _Py_InitializeRecursionLimits(PyThreadState *);
PyAPI_FUNC(_PyStackRef) _Py_LoadAttr_StackRefSteal(
    PyThreadState *, _PyStackRef, PyObject *, _PyStackRef *);
PyAPI_FUNC(PyObject *) _Py_MakeCoro(PyFunctionObject *);

/* internal/pycore_code.h. */
PyAPI_FUNC(int) _PyCode_CheckNoInternalState(PyCodeObject *, const char **);
PyAPI_FUNC(int) _PyCode_CheckPureFunction(PyCodeObject *, const char **);
PyAPI_FUNC(int) _PyCode_ReturnsOnlyNone(PyCodeObject *);
PyAPI_FUNC(int) _PyCode_VerifyStateless(
    PyThreadState *, PyCodeObject *, PyObject *, PyObject *, PyObject *);

/* internal/pycore_compile.h. */
PyAPI_FUNC(PyObject *) _PyCompile_CleanDoc(PyObject *);
PyAPI_FUNC(PyObject *) _PyCompile_CodeGen(PyObject *, PyObject *, PyCompilerFlags *, int, int);
PyAPI_FUNC(PyObject *) _PyCompile_GetBinaryIntrinsicName(int);
PyAPI_FUNC(PyObject *) _PyCompile_GetUnaryIntrinsicName(int);

/* internal/pycore_complexobject.h. */
PyAPI_FUNC(Py_complex) _Py_cr_diff(Py_complex, double);
PyAPI_FUNC(Py_complex) _Py_cr_prod(Py_complex, double);
PyAPI_FUNC(Py_complex) _Py_cr_quot(Py_complex, double);
PyAPI_FUNC(Py_complex) _Py_cr_sum(Py_complex, double);
PyAPI_FUNC(Py_complex) _Py_rc_diff(double, Py_complex);
PyAPI_FUNC(Py_complex) _Py_rc_quot(double, Py_complex);

/* internal/pycore_context.h. */
PyAPI_FUNC(PyObject *) _PyContext_NewHamtForTests(void);

/* internal/pycore_critical_section.h. */
PyAPI_FUNC(void) _PyCriticalSection2_BeginSlow(PyCriticalSection2 *, PyMutex *, PyMutex *, int);
PyAPI_FUNC(void) _PyCriticalSection_BeginSlow(PyCriticalSection *, PyMutex *);
PyAPI_FUNC(void) _PyCriticalSection_Resume(PyThreadState *);
PyAPI_FUNC(void) _PyCriticalSection_SuspendAll(PyThreadState *);

/* internal/pycore_crossinterp.h. */
PyAPI_DATA(PyObject *) PyExc_InterpreterError;
PyAPI_DATA(PyObject *) PyExc_InterpreterNotFoundError;
PyAPI_FUNC(int) _PyObject_CheckXIData(PyThreadState *, PyObject *);
PyAPI_FUNC(void) _PyXIData_FormatNotShareableError(PyThreadState *, const char *, ...);
PyAPI_FUNC(PyObject *) _PyXIData_GetNotShareableErrorType(PyThreadState *);
PyAPI_FUNC(void) _PyXIData_SetNotShareableError(PyThreadState *, const char *);
PyAPI_FUNC(void) _PyXI_EndInterpreter(PyInterpreterState *, PyThreadState *, PyThreadState **);
PyAPI_FUNC(PyInterpreterState *) _PyXI_NewInterpreter(
    PyInterpreterConfig *, long *, PyThreadState **, PyThreadState **);

/* internal/pycore_crossinterp_data_registry.h. */
PyAPI_FUNC(int) _PyXIData_UnregisterClass(PyThreadState *, PyTypeObject *);

/* internal/pycore_dict.h. */
PyAPI_FUNC(int) _PyDict_DelItemIf(PyObject *, PyObject *, int (*)(PyObject *, void *), void *);
PyAPI_FUNC(int) _PyDict_DelItem_KnownHash(PyObject *, PyObject *, Py_hash_t);
PyAPI_FUNC(PyObject *) _PyDict_FromItems(
    PyObject *const *, Py_ssize_t, PyObject *const *, Py_ssize_t, Py_ssize_t);
PyAPI_FUNC(int) _PyDict_GetItemRef_KnownHash_LockHeld(
    PyDictObject *, PyObject *, Py_hash_t, PyObject **);
PyAPI_FUNC(PyObject *) _PyDict_LoadGlobal(PyDictObject *, PyDictObject *, PyObject *);
PyAPI_FUNC(void) _PyDict_LoadGlobalStackRef(
    PyDictObject *, PyDictObject *, PyObject *, _PyStackRef *);
PyAPI_FUNC(int) _PyDict_MergeEx(PyObject *, PyObject *, int);
PyAPI_FUNC(void) _PyDict_SendEvent(int, PyDict_WatchEvent, PyDictObject *, PyObject *, PyObject *);
PyAPI_FUNC(int) _PyDict_SetItem_KnownHash(PyObject *, PyObject *, PyObject *, Py_hash_t);
PyAPI_FUNC(int) _PyDict_SetItem_KnownHash_LockHeld(
    PyDictObject *, PyObject *, PyObject *, Py_hash_t);
PyAPI_FUNC(int) _PyDict_SetItem_Take2(PyDictObject *, PyObject *, PyObject *);
PyAPI_FUNC(Py_ssize_t) _PyDict_SizeOf(PyDictObject *);

/* internal/pycore_fileutils.h. */
PyAPI_FUNC(int) _PyLong_FileDescriptor_Converter(PyObject *, void *);
PyAPI_FUNC(int) _Py_IsValidFD(int);
PyAPI_FUNC(char *) _Py_UniversalNewlineFgetsWithSize(char *, int, FILE *, PyObject *, size_t *);
PyAPI_FUNC(void) _Py_closerange(int, int);
PyAPI_FUNC(int) _Py_dup(int);
PyAPI_FUNC(wchar_t *) _Py_normpath(wchar_t *, Py_ssize_t);
PyAPI_FUNC(int) _Py_open(const char *, int);
PyAPI_FUNC(int) _Py_open_noraise(const char *, int);
PyAPI_FUNC(int) _Py_set_inheritable(int, int, int *);
PyAPI_FUNC(int) _Py_set_inheritable_async_safe(int, int, int *);
PyAPI_FUNC(PyObject *) _Py_strerror(int);
PyAPI_FUNC(Py_ssize_t) _Py_write(int, const void *, size_t);
PyAPI_FUNC(Py_ssize_t) _Py_write_noraise(int, const void *, size_t);

/* internal/pycore_floatobject.h. */
PyAPI_FUNC(void) _PyFloat_ExactDealloc(PyObject *);

/* internal/pycore_flowgraph.h. */
PyAPI_FUNC(PyObject *) _PyCompile_OptimizeCfg(PyObject *, PyObject *, int);

/* internal/pycore_function.h. */
PyAPI_FUNC(void) _PyFunction_SetVersion(PyFunctionObject *, uint32_t);
PyAPI_FUNC(int) _PyFunction_VerifyStateless(PyThreadState *, PyObject *);

/* internal/pycore_genobject.h. */
PyAPI_FUNC(PyObject *) _PyCoro_GetAwaitableIter(PyObject *);
PyAPI_FUNC(int) _PyGen_FetchStopIterationValue(PyObject **);
PyAPI_FUNC(int) _PyGen_SetStopIterationValue(PyObject *);
PyAPI_FUNC(PyObject *) _PyGen_yf(PyGenObject *);

/* internal/pycore_hashtable.h. */
PyAPI_FUNC(int) _Py_hashtable_compare_direct(const void *, const void *);
PyAPI_FUNC(Py_uhash_t) _Py_hashtable_hash_ptr(const void *);

/* internal/pycore_import.h. */
PyAPI_FUNC(int) _PyImport_ClearExtension(PyObject *, PyObject *);
PyAPI_DATA(const struct _frozen *) _PyImport_FrozenBootstrap;
PyAPI_DATA(const struct _frozen *) _PyImport_FrozenStdlib;
PyAPI_DATA(const struct _frozen *) _PyImport_FrozenTest;
PyAPI_FUNC(int) _PyImport_SetModule(PyObject *, PyObject *);

/* internal/pycore_initconfig.h. */
PyAPI_FUNC(PyObject *) _PyConfig_AsDict(const PyConfig *);
PyAPI_FUNC(int) _PyConfig_FromDict(PyConfig *, PyObject *);
PyAPI_FUNC(void) _PyConfig_InitCompatConfig(PyConfig *);
PyAPI_FUNC(void) _PyErr_SetFromPyStatus(PyStatus);
PyAPI_FUNC(void) _PyPreConfig_InitCompatConfig(PyPreConfig *);
PyAPI_FUNC(PyObject *) _Py_GetConfigsAsDict(void);
PyAPI_FUNC(PyObject *) _Py_Get_Getpath_CodeObject(void);

/* internal/pycore_instruction_sequence.h. */
PyAPI_FUNC(PyObject *) _PyInstructionSequence_New(void);

/* internal/pycore_interp.h. */
PyAPI_FUNC(long) _PyInterpreterState_GetWhence(PyInterpreterState *);
PyAPI_FUNC(void) _PyInterpreterState_IDDecref(PyInterpreterState *);
PyAPI_FUNC(void) _PyInterpreterState_IDIncref(PyInterpreterState *);
PyAPI_FUNC(int) _PyInterpreterState_IsReady(PyInterpreterState *);
PyAPI_FUNC(PyInterpreterState *) _PyInterpreterState_LookUpID(int64_t);
PyAPI_FUNC(PyInterpreterState *) _PyInterpreterState_LookUpIDObject(PyObject *);
PyAPI_FUNC(PyStatus) _PyInterpreterState_New(PyThreadState *, PyInterpreterState **);
PyAPI_FUNC(int64_t) _PyInterpreterState_ObjectToID(PyObject *);

/* internal/pycore_interpframe.h. */
PyAPI_FUNC(_PyInterpreterFrame *) _PyEvalFramePushAndInit(
    PyThreadState *, _PyStackRef, PyObject *, const _PyStackRef *, size_t, PyObject *,
    _PyInterpreterFrame *);
PyAPI_FUNC(void) _PyThreadState_PopFrame(PyThreadState *, _PyInterpreterFrame *);

/* internal/pycore_interpolation.h. */
PyAPI_FUNC(PyObject *) _PyInterpolation_Build(PyObject *, PyObject *, int, PyObject *);

/* internal/pycore_list.h. */
PyAPI_FUNC(int) _PyList_AppendTakeRefListResize(PyListObject *, PyObject *);
PyAPI_FUNC(PyObject *) _PyList_AsTupleAndClear(PyListObject *);
PyAPI_FUNC(PyObject *) _PyList_Extend(PyListObject *, PyObject *);
PyAPI_FUNC(PyObject *) _PyList_FromStackRefStealOnSuccess(const union _PyStackRef *, Py_ssize_t);
PyAPI_FUNC(PyObject *) _PyList_SliceSubscript(PyObject *, PyObject *);

/* internal/pycore_long.h. */
PyAPI_FUNC(PyObject *) _PyLong_Add(PyLongObject *, PyLongObject *);
PyAPI_DATA(unsigned char) _PyLong_DigitValue[256];
PyAPI_FUNC(PyObject *) _PyLong_DivmodNear(PyObject *, PyObject *);
PyAPI_FUNC(void) _PyLong_ExactDealloc(PyObject *);
PyAPI_FUNC(PyObject *) _PyLong_Format(PyObject *, int);
PyAPI_FUNC(double) _PyLong_Frexp(PyLongObject *, int64_t *);
PyAPI_FUNC(PyObject *) _PyLong_Lshift(PyObject *, int64_t);
PyAPI_FUNC(PyObject *) _PyLong_Multiply(PyLongObject *, PyLongObject *);
PyAPI_FUNC(PyObject *) _PyLong_Rshift(PyObject *, int64_t);
PyAPI_FUNC(int) _PyLong_Size_t_Converter(PyObject *, void *);
PyAPI_FUNC(PyObject *) _PyLong_Subtract(PyLongObject *, PyLongObject *);
PyAPI_FUNC(int) _PyLong_UInt16_Converter(PyObject *, void *);
PyAPI_FUNC(int) _PyLong_UInt32_Converter(PyObject *, void *);
PyAPI_FUNC(int) _PyLong_UInt64_Converter(PyObject *, void *);
PyAPI_FUNC(int) _PyLong_UInt8_Converter(PyObject *, void *);
PyAPI_FUNC(int) _PyLong_UnsignedInt_Converter(PyObject *, void *);
PyAPI_FUNC(int) _PyLong_UnsignedLongLong_Converter(PyObject *, void *);
PyAPI_FUNC(int) _PyLong_UnsignedLong_Converter(PyObject *, void *);
PyAPI_FUNC(int) _PyLong_UnsignedShort_Converter(PyObject *, void *);

/* internal/pycore_modsupport.h. */
PyAPI_FUNC(void) _PyArg_BadArgument(const char *, const char *, const char *, PyObject *);
PyAPI_FUNC(int) _PyArg_CheckPositional(const char *, Py_ssize_t, Py_ssize_t, Py_ssize_t);
PyAPI_FUNC(int) _PyArg_NoKeywords(const char *, PyObject *);
PyAPI_FUNC(int) _PyArg_NoPositional(const char *, PyObject *);
PyAPI_FUNC(int) _PyArg_ParseStack(PyObject *const *, Py_ssize_t, const char *, ...);
PyAPI_FUNC(int) _PyArg_ParseStackAndKeywords(
    PyObject *const *, Py_ssize_t, PyObject *, struct _PyArg_Parser *, ...);
PyAPI_FUNC(PyObject *const *) _PyArg_UnpackKeywords(
    PyObject *const *, Py_ssize_t, PyObject *, PyObject *, struct _PyArg_Parser *, int, int, int,
    int, PyObject **);

/* internal/pycore_namespace.h. */
PyAPI_FUNC(PyObject *) _PyNamespace_New(PyObject *);

/* internal/pycore_object.h. */
PyAPI_DATA(PyTypeObject) _PyNone_Type;
PyAPI_DATA(PyTypeObject) _PyNotImplemented_Type;
PyAPI_FUNC(int) _PyObject_GetMethod(PyObject *, PyObject *, PyObject **);
PyAPI_FUNC(PyObject *) _PyObject_GetState(PyObject *);
PyAPI_FUNC(int) _PyObject_IsFreed(PyObject *);
PyAPI_FUNC(PyObject *) _PyObject_LookupSpecial(PyObject *, PyObject *);
PyAPI_FUNC(int) _PyObject_LookupSpecialMethod(PyObject *, _PyStackRef *);
PyAPI_FUNC(PyObject *) _PyObject_MaybeCallSpecialNoArgs(PyObject *, PyObject *);
PyAPI_FUNC(PyObject *) _PyObject_MaybeCallSpecialOneArg(PyObject *, PyObject *, PyObject *);
PyAPI_FUNC(PyObject *) _PyType_AllocNoTrack(PyTypeObject *, Py_ssize_t);
PyAPI_FUNC(PyObject *) _PyType_NewManagedObject(PyTypeObject *);
PyAPI_FUNC(void) _Py_FatalRefcountErrorFunc(const char *, const char *);
PyAPI_FUNC(void) _Py_SetImmortal(PyObject *);
PyAPI_FUNC(void) _Py_SetImmortalUntracked(PyObject *);
PyAPI_DATA(int) _Py_SwappedOp[];

/* internal/pycore_obmalloc.h. */
PyAPI_FUNC(int) _PyObject_DebugMallocStats(FILE *);

/* internal/pycore_optimizer.h. */
PyAPI_FUNC(int) _PyDumpExecutors(FILE *);
PyAPI_FUNC(int) _PyOptimizer_Optimize(
    _PyInterpreterFrame *, _Py_CODEUNIT *, _PyExecutorObject **, int);
PyAPI_FUNC(void) _Py_Executor_DependsOn(_PyExecutorObject *, void *);
PyAPI_FUNC(_PyExecutorObject *) _Py_GetExecutor(PyCodeObject *, int);
PyAPI_FUNC(PyObject *) _Py_uop_symbols_test(PyObject *, PyObject *);

/* internal/pycore_parking_lot.h. */
PyAPI_FUNC(void) _PyParkingLot_AfterFork(void);
PyAPI_FUNC(int) _PyParkingLot_Park(const void *, const void *, size_t, PyTime_t, void *, int);
PyAPI_FUNC(void) _PyParkingLot_UnparkAll(const void *);

/* internal/pycore_pathconfig.h. */
PyAPI_FUNC(void) _PyPathConfig_ClearGlobal(void);

/* internal/pycore_pybuffer.h. */
PyAPI_FUNC(int) _PyBuffer_ReleaseInInterpreter(PyInterpreterState *, Py_buffer *);
PyAPI_FUNC(int) _PyBuffer_ReleaseInInterpreterAndRawFree(PyInterpreterState *, Py_buffer *);

/* internal/pycore_pyerrors.h. */
PyAPI_FUNC(void) _PyErr_Clear(PyThreadState *);
PyAPI_FUNC(int) _PyErr_ExceptionMatches(PyThreadState *, PyObject *);
PyAPI_FUNC(PyObject *) _PyErr_Format(PyThreadState *, PyObject *, const char *, ...);
PyAPI_FUNC(PyObject *) _PyErr_FormatFromCause(PyObject *, const char *, ...);
PyAPI_FUNC(void) _PyErr_FormatNote(const char *, ...);
PyAPI_FUNC(PyObject *) _PyErr_FormatV(PyThreadState *, PyObject *, const char *, va_list);
PyAPI_FUNC(PyObject *) _PyErr_GetRaisedException(PyThreadState *);
PyAPI_FUNC(PyObject *) _PyErr_ProgramDecodedTextObject(PyObject *, int, const char *);
PyAPI_FUNC(void) _PyErr_SetKeyError(PyObject *);
PyAPI_FUNC(void) _PyErr_SetLocaleString(PyObject *, const char *);
PyAPI_FUNC(void) _PyErr_SetRaisedException(PyThreadState *, PyObject *);
PyAPI_FUNC(void) _PyErr_SetString(PyThreadState *, PyObject *, const char *);
PyAPI_DATA(PyTypeObject) _PyExc_IncompleteInputError;
PyAPI_FUNC(Py_ssize_t) _Py_UTF8_Edit_Cost(PyObject *, PyObject *, Py_ssize_t);

/* internal/pycore_pylifecycle.h. */
PyAPI_FUNC(PyObject *) _PyInterpreterConfig_AsDict(PyInterpreterConfig *);
PyAPI_FUNC(int) _PyInterpreterConfig_InitFromDict(PyInterpreterConfig *, PyObject *);
PyAPI_FUNC(int) _PyInterpreterConfig_InitFromState(PyInterpreterConfig *, PyInterpreterState *);
PyAPI_FUNC(int) _PyInterpreterConfig_UpdateFromDict(PyInterpreterConfig *, PyObject *);
PyAPI_FUNC(int) _PyOS_URandomNonblock(void *, Py_ssize_t);
PyAPI_FUNC(int) _Py_IsInterpreterFinalizing(PyInterpreterState *);
PyAPI_FUNC(char *) _Py_SetLocaleFromEnv(int);

/* internal/pycore_pymem.h. */
PyAPI_FUNC(const char *) _PyMem_GetCurrentAllocatorName(void);
PyAPI_FUNC(char *) _PyMem_Strdup(const char *);

/* internal/pycore_pystate.h. */
PyAPI_FUNC(void) _PyErr_SetInterpreterAlreadyRunning(void);
PyAPI_FUNC(void) _PyEval_StartTheWorld(PyInterpreterState *);
PyAPI_FUNC(void) _PyEval_StopTheWorld(PyInterpreterState *);
PyAPI_FUNC(PyObject *) _PyInterpreterState_GetIDObject(PyInterpreterState *);
PyAPI_FUNC(int) _PyInterpreterState_IsRunningMain(PyInterpreterState *);
PyAPI_FUNC(PyInterpreterState *) _PyInterpreterState_Main(void);
PyAPI_FUNC(void) _PyInterpreterState_SetNotRunningMain(PyInterpreterState *);
PyAPI_FUNC(int) _PyInterpreterState_SetRunningMain(PyInterpreterState *);
PyAPI_FUNC(int) _PyState_AddModule(PyThreadState *, PyObject *, PyModuleDef *);
PyAPI_FUNC(PyThreadState *) _PyThreadState_GetCurrent(void);
PyAPI_FUNC(PyObject *) _PyThreadState_GetDict(PyThreadState *);
PyAPI_FUNC(PyThreadState *) _PyThreadState_New(PyInterpreterState *, int);
PyAPI_FUNC(PyThreadState *) _PyThreadState_NewBound(PyInterpreterState *, int);
PyAPI_FUNC(const PyConfig *) _Py_GetConfig(void);

/* internal/pycore_pystate.h of 3.11. */
PyAPI_FUNC(void) _PyThreadState_Init(PyThreadState *);

/* internal/pycore_pythread.h. */
PyAPI_FUNC(int) PyThread_ParseTimeoutArg(PyObject *, int, long long *);
PyAPI_FUNC(PyLockStatus) PyThread_acquire_lock_timed_with_retries(PyThread_type_lock, long long);

/* internal/pycore_setobject.h. */
PyAPI_FUNC(int) _PySet_AddTakeRef(PySetObject *, PyObject *);
PyAPI_FUNC(int) _PySet_Contains(PySetObject *, PyObject *);
PyAPI_DATA(PyObject *) _PySet_Dummy;
PyAPI_FUNC(int) _PySet_NextEntry(PyObject *, Py_ssize_t *, PyObject **, Py_hash_t *);
PyAPI_FUNC(int) _PySet_NextEntryRef(PyObject *, Py_ssize_t *, PyObject **, Py_hash_t *);
PyAPI_FUNC(int) _PySet_Update(PyObject *, PyObject *);

/* internal/pycore_signal.h. */
PyAPI_FUNC(int) _PyOS_IsMainThread(void);
PyAPI_FUNC(void) _Py_RestoreSignals(void);

/* internal/pycore_strhex.h. */
PyAPI_FUNC(PyObject *) _Py_strhex(const char *, const Py_ssize_t);
PyAPI_FUNC(PyObject *) _Py_strhex_bytes_with_sep(
    const char *, const Py_ssize_t, PyObject *, const int);

/* internal/pycore_structseq.h. */
PyAPI_FUNC(PyTypeObject *) _PyStructSequence_NewType(PyStructSequence_Desc *, unsigned long);

/* internal/pycore_sysmodule.h. */
PyAPI_FUNC(int) _PySys_GetOptionalAttr(PyObject *, PyObject **);
PyAPI_FUNC(int) _PySys_GetOptionalAttrString(const char *, PyObject **);
PyAPI_FUNC(PyObject *) _PySys_GetRequiredAttr(PyObject *);
PyAPI_FUNC(PyObject *) _PySys_GetRequiredAttrString(const char *);
PyAPI_FUNC(size_t) _PySys_GetSizeOf(PyObject *);

/* internal/pycore_template.h. */
PyAPI_FUNC(PyObject *) _PyTemplate_Build(PyObject *, PyObject *);

/* internal/pycore_time.h. */
PyAPI_FUNC(PyTime_t) _PyDeadline_Get(PyTime_t);
PyAPI_FUNC(PyTime_t) _PyDeadline_Init(PyTime_t);
PyAPI_FUNC(time_t) _PyLong_AsTime_t(PyObject *);
PyAPI_FUNC(PyObject *) _PyLong_FromTime_t(time_t);
PyAPI_FUNC(PyObject *) _PyTime_AsLong(PyTime_t);
PyAPI_FUNC(int) _PyTime_AsTimespec(PyTime_t, struct timespec *);
PyAPI_FUNC(void) _PyTime_AsTimespec_clamp(PyTime_t, struct timespec *);
PyAPI_FUNC(int) _PyTime_FromLong(PyTime_t *, PyObject *);
PyAPI_FUNC(PyTime_t) _PyTime_FromSeconds(int);
PyAPI_FUNC(int) _PyTime_gmtime(time_t, struct tm *);
PyAPI_FUNC(int) _PyTime_localtime(time_t, struct tm *);

/* internal/pycore_token.h. */
PyAPI_DATA(const char *const) _PyParser_TokenNames[];
PyAPI_FUNC(int) _PyToken_OneChar(int);
PyAPI_FUNC(int) _PyToken_ThreeChars(int, int, int);
PyAPI_FUNC(int) _PyToken_TwoChars(int, int);

/* internal/pycore_traceback.h. */
PyAPI_FUNC(void) _PyTraceback_Add(const char *, const char *, int);
PyAPI_FUNC(int) _Py_DisplaySourceLine(PyObject *, PyObject *, int, int, int *, PyObject **);
PyAPI_FUNC(void) _Py_DumpStack(int);
PyAPI_FUNC(void) _Py_InitDumpStack(void);

/* internal/pycore_tracemalloc.h. */
PyAPI_FUNC(PyObject *) _PyTraceMalloc_GetTraceback(unsigned int, uintptr_t);

/* internal/pycore_tuple.h. */
PyAPI_FUNC(PyObject *) _PyTuple_FromArray(PyObject *const *, Py_ssize_t);
PyAPI_FUNC(PyObject *) _PyTuple_FromArraySteal(PyObject *const *, Py_ssize_t);
PyAPI_FUNC(PyObject *) _PyTuple_FromStackRefStealOnSuccess(const union _PyStackRef *, Py_ssize_t);

/* internal/pycore_typeobject.h. */
PyAPI_FUNC(PyObject *) _PyStaticType_GetBuiltins(void);
PyAPI_FUNC(int) _PyStaticType_InitForExtension(PyInterpreterState *, PyTypeObject *);
PyAPI_FUNC(PyObject *) _PySuper_Lookup(PyTypeObject *, PyObject *, PyObject *, int *);
PyAPI_FUNC(int) _PyType_GetBaseByToken_Borrow(PyTypeObject *, void *, PyTypeObject **);
PyAPI_FUNC(PyObject *) _PyType_GetDict(PyTypeObject *);
PyAPI_FUNC(PyObject *) _PyType_GetSlotWrapperNames(void);
PyAPI_FUNC(void) _PyType_SetVersion(PyTypeObject *, unsigned int);

/* internal/pycore_unicodeobject.h. */
PyAPI_FUNC(const char *) _PyUnicode_AsUTF8NoNUL(PyObject *);
PyAPI_FUNC(PyObject *) _PyUnicode_AsUTF8String(PyObject *, const char *);
PyAPI_FUNC(int) _PyUnicode_CheckConsistency(PyObject *, int);
PyAPI_FUNC(PyObject *) _PyUnicode_Copy(PyObject *);
PyAPI_FUNC(PyObject *) _PyUnicode_DecodeUnicodeEscapeInternal2(
    const char *, Py_ssize_t, const char *, Py_ssize_t *, int *, const char **);
PyAPI_FUNC(PyObject *) _PyUnicode_EncodeUTF16(PyObject *, const char *, int);
PyAPI_FUNC(PyObject *) _PyUnicode_EncodeUTF32(PyObject *, const char *, int);
PyAPI_FUNC(int) _PyUnicode_Equal(PyObject *, PyObject *);
PyAPI_FUNC(int) _PyUnicode_EqualToASCIIString(PyObject *, const char *);
PyAPI_FUNC(void) _PyUnicode_ExactDealloc(PyObject *);
PyAPI_FUNC(void) _PyUnicode_InternImmortal(PyInterpreterState *, PyObject **);
PyAPI_FUNC(void) _PyUnicode_InternInPlace(PyInterpreterState *, PyObject **);
PyAPI_FUNC(void) _PyUnicode_InternMortal(PyInterpreterState *, PyObject **);
PyAPI_FUNC(PyObject *) _PyUnicode_JoinArray(PyObject *, PyObject *const *, Py_ssize_t);
PyAPI_FUNC(Py_ssize_t) _PyUnicode_ScanIdentifier(PyObject *);
PyAPI_FUNC(PyObject *) _PyUnicode_TransformDecimalAndSpaceToASCII(PyObject *);

/* internal/pycore_unionobject.h. */
PyAPI_DATA(PyTypeObject) _PyUnion_Type;
PyAPI_FUNC(PyObject *) _Py_union_type_or(PyObject *, PyObject *);

/* internal/pycore_warnings.h. */
PyAPI_FUNC(PyObject *) _PyWarnings_Init(void);

/* internal/pycore_weakref.h. */
PyAPI_FUNC(int) _PyWeakref_IsDead(PyObject *);

/* methodobject.h of 3.11. */
PyAPI_FUNC(PyObject *) PyCFunction_Call(PyObject *, PyObject *, PyObject *);

/* modsupport.h of 3.11. */
PyAPI_FUNC(int) _PyArg_ParseTupleAndKeywords_SizeT(
    PyObject *, PyObject *, const char *, char **, ...);
PyAPI_FUNC(int) _PyArg_ParseTuple_SizeT(PyObject *, const char *, ...);
PyAPI_FUNC(int) _PyArg_Parse_SizeT(PyObject *, const char *, ...);
PyAPI_FUNC(int) _PyArg_VaParseTupleAndKeywords_SizeT(
    PyObject *, PyObject *, const char *, char **, va_list);
PyAPI_FUNC(int) _PyArg_VaParse_SizeT(PyObject *, const char *, va_list);
PyAPI_FUNC(PyObject *) _Py_BuildValue_SizeT(const char *, ...);
PyAPI_FUNC(PyObject *) _Py_VaBuildValue_SizeT(const char *, va_list);

/* pylifecycle.h of 3.11. */
PyAPI_FUNC(void) Py_SetPath(const wchar_t *);

/* sysmodule.h of 3.11. */
PyAPI_FUNC(void) PySys_AddWarnOption(const wchar_t *);
PyAPI_FUNC(void) PySys_AddWarnOptionUnicode(PyObject *);
PyAPI_FUNC(void) PySys_AddXOption(const wchar_t *);
PyAPI_FUNC(int) PySys_HasWarnOptions(void);
PyAPI_FUNC(void) PySys_SetPath(const wchar_t *);

/* unicodeobject.h of 3.11. */
PyAPI_FUNC(Py_ssize_t) PyUnicode_GetSize(PyObject *);
PyAPI_FUNC(void) PyUnicode_InternImmortal(PyObject **);

/* Built-in modules. */
PyAPI_FUNC(PyObject *) PyInit__abc(void);
PyAPI_FUNC(PyObject *) PyInit__ast(void);
PyAPI_FUNC(PyObject *) PyInit__bisect(void);
PyAPI_FUNC(PyObject *) PyInit__blake2(void);
PyAPI_FUNC(PyObject *) PyInit__codecs(void);
PyAPI_FUNC(PyObject *) PyInit__collections(void);
PyAPI_FUNC(PyObject *) PyInit__contextvars(void);
PyAPI_FUNC(PyObject *) PyInit__csv(void);
PyAPI_FUNC(PyObject *) PyInit__datetime(void);
PyAPI_FUNC(PyObject *) PyInit__elementtree(void);
PyAPI_FUNC(PyObject *) PyInit__functools(void);
PyAPI_FUNC(PyObject *) PyInit__heapq(void);
PyAPI_FUNC(PyObject *) PyInit__imp(void);
PyAPI_FUNC(PyObject *) PyInit__io(void);
PyAPI_FUNC(PyObject *) PyInit__json(void);
PyAPI_FUNC(PyObject *) PyInit__locale(void);
PyAPI_FUNC(PyObject *) PyInit__md5(void);
PyAPI_FUNC(PyObject *) PyInit__opcode(void);
PyAPI_FUNC(PyObject *) PyInit__operator(void);
PyAPI_FUNC(PyObject *) PyInit__pickle(void);
PyAPI_FUNC(PyObject *) PyInit__posixsubprocess(void);
PyAPI_FUNC(PyObject *) PyInit__random(void);
PyAPI_FUNC(PyObject *) PyInit__sha1(void);
PyAPI_FUNC(PyObject *) PyInit__sha2(void);
PyAPI_FUNC(PyObject *) PyInit__sha3(void);
PyAPI_FUNC(PyObject *) PyInit__signal(void);
PyAPI_FUNC(PyObject *) PyInit__socket(void);
PyAPI_FUNC(PyObject *) PyInit__sre(void);
PyAPI_FUNC(PyObject *) PyInit__stat(void);
PyAPI_FUNC(PyObject *) PyInit__statistics(void);
PyAPI_FUNC(PyObject *) PyInit__string(void);
PyAPI_FUNC(PyObject *) PyInit__struct(void);
PyAPI_FUNC(PyObject *) PyInit__suggestions(void);
PyAPI_FUNC(PyObject *) PyInit__symtable(void);
PyAPI_FUNC(PyObject *) PyInit__sysconfig(void);
PyAPI_FUNC(PyObject *) PyInit__thread(void);
PyAPI_FUNC(PyObject *) PyInit__tokenize(void);
PyAPI_FUNC(PyObject *) PyInit__tracemalloc(void);
PyAPI_FUNC(PyObject *) PyInit__types(void);
PyAPI_FUNC(PyObject *) PyInit__typing(void);
PyAPI_FUNC(PyObject *) PyInit__weakref(void);
PyAPI_FUNC(PyObject *) PyInit_array(void);
PyAPI_FUNC(PyObject *) PyInit_atexit(void);
PyAPI_FUNC(PyObject *) PyInit_binascii(void);
PyAPI_FUNC(PyObject *) PyInit_cmath(void);
PyAPI_FUNC(PyObject *) PyInit_errno(void);
PyAPI_FUNC(PyObject *) PyInit_faulthandler(void);
PyAPI_FUNC(PyObject *) PyInit_fcntl(void);
PyAPI_FUNC(PyObject *) PyInit_gc(void);
PyAPI_FUNC(PyObject *) PyInit_grp(void);
PyAPI_FUNC(PyObject *) PyInit_itertools(void);
PyAPI_FUNC(PyObject *) PyInit_math(void);
PyAPI_FUNC(PyObject *) PyInit_posix(void);
PyAPI_FUNC(PyObject *) PyInit_pwd(void);
PyAPI_FUNC(PyObject *) PyInit_pyexpat(void);
PyAPI_FUNC(PyObject *) PyInit_select(void);
PyAPI_FUNC(PyObject *) PyInit_syslog(void);
PyAPI_FUNC(PyObject *) PyInit_time(void);
PyAPI_FUNC(PyObject *) PyInit_unicodedata(void);
PyAPI_FUNC(PyObject *) PyInit_zlib(void);

#ifdef __cplusplus
}
#endif

#endif /* Py_INTERNAL_EXPORTED_H */
