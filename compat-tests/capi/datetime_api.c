/* api: full */
/* The C API of datetime: the capsule, constructors, checks and field macros. */
#include "support.h"
#include <datetime.h>

F(date) { NEED(3); int y = (int)N(0), m = (int)N(1), d = (int)N(2); ARG_ERROR; return checked(PyDate_FromDate(y, m, d)); }
F(datetime) { NEED(2); int us = (int)N(0), fold = (int)N(1); ARG_ERROR; return checked(PyDateTime_FromDateAndTimeAndFold(2024, 5, 6, 7, 8, 9, us, fold)); }
F(datetime_plain) { NEED(0); return checked(PyDateTime_FromDateAndTime(2024, 5, 6, 7, 8, 9, 10)); }
F(time) { NEED(0); return Py_BuildValue("NN", PyTime_FromTime(1, 2, 3, 4), PyTime_FromTimeAndFold(1, 2, 3, 4, 1)); }
F(delta) { NEED(3); int d = (int)N(0), s = (int)N(1), us = (int)N(2); ARG_ERROR; return checked(PyDelta_FromDSU(d, s, us)); }
F(timezone) { NEED(2); return checked(A(1) ? PyTimeZone_FromOffsetAndName(args[0], args[1]) : PyTimeZone_FromOffset(args[0])); }
F(utc) { NEED(0); return Py_NewRef(PyDateTime_TimeZone_UTC); }
OBJ1(from_timestamp, PyDateTime_FromTimestamp)
OBJ1(date_from_timestamp, PyDate_FromTimestamp)
F(checks)
{
    NEED(1);
    PyObject *o = args[0];
    return Py_BuildValue("iiiiiiiiii", PyDate_Check(o), PyDate_CheckExact(o), PyDateTime_Check(o), PyDateTime_CheckExact(o), PyTime_Check(o), PyTime_CheckExact(o), PyDelta_Check(o),
                         PyDelta_CheckExact(o), PyTZInfo_Check(o), PyTZInfo_CheckExact(o));
}
F(date_fields) { NEED(1); return Py_BuildValue("iii", PyDateTime_GET_YEAR(args[0]), PyDateTime_GET_MONTH(args[0]), PyDateTime_GET_DAY(args[0])); }
F(datetime_fields)
{
    NEED(1);
    PyObject *o = args[0];
    return Py_BuildValue("iiiiiO", PyDateTime_DATE_GET_HOUR(o), PyDateTime_DATE_GET_MINUTE(o), PyDateTime_DATE_GET_SECOND(o), PyDateTime_DATE_GET_MICROSECOND(o), PyDateTime_DATE_GET_FOLD(o),
                         PyDateTime_DATE_GET_TZINFO(o));
}
F(time_fields)
{
    NEED(1);
    PyObject *o = args[0];
    return Py_BuildValue("iiiiiO", PyDateTime_TIME_GET_HOUR(o), PyDateTime_TIME_GET_MINUTE(o), PyDateTime_TIME_GET_SECOND(o), PyDateTime_TIME_GET_MICROSECOND(o), PyDateTime_TIME_GET_FOLD(o),
                         PyDateTime_TIME_GET_TZINFO(o));
}
F(delta_fields) { NEED(1); return Py_BuildValue("iii", PyDateTime_DELTA_GET_DAYS(args[0]), PyDateTime_DELTA_GET_SECONDS(args[0]), PyDateTime_DELTA_GET_MICROSECONDS(args[0])); }
F(with_zone)
{
    NEED(1);
    return checked(PyDateTimeAPI->DateTime_FromDateAndTime(2000, 1, 2, 3, 4, 5, 6, args[0], PyDateTimeAPI->DateTimeType));
}
F(types) { NEED(0); return PyTuple_Pack(5, PyDateTimeAPI->DateType, PyDateTimeAPI->DateTimeType, PyDateTimeAPI->TimeType, PyDateTimeAPI->DeltaType, PyDateTimeAPI->TZInfoType); }

static PyMethodDef methods[] = {M(date), M(datetime), M(datetime_plain), M(time), M(delta), M(timezone), M(utc), M(from_timestamp), M(date_from_timestamp), M(checks), M(date_fields),
                                M(datetime_fields), M(time_fields), M(delta_fields), M(with_zone), M(types), END};
static int add(PyObject *m)
{
    PyDateTime_IMPORT;
    return PyDateTimeAPI == NULL ? -1 : 0;
}
MODULE(capi_datetime_api, methods, add)
