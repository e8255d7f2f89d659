"""The tables of an out-of-line module: their rows, and the numbering of types."""

from . import model
from .cffi_opcode import (CffiOp, G_FLAGS, OP_ARRAY, OP_BITFIELD, OP_ENUM, OP_FUNCTION, OP_FUNCTION_END, OP_NOOP,
                          OP_OPEN_ARRAY, OP_POINTER, OP_PRIMITIVE, OP_STRUCT_UNION, PRIM_INT8, PRIM_VOID,
                          PRIMITIVE_TO_INDEX, format_four_bytes)
from .error import VerificationError


class TypeTable:
    """All types that somebody has added, each at its place in `words`.

    Functions come first, with their parameters right behind, so that these need no words of their own where possible.
    """

    def __init__(self, recompiler):
        self.recompiler = recompiler
        self.places = {}
        self.words = []
        # Structs and enums by their place among their like.
        self.structs = {}
        self.enums = {}

    def __getitem__(self, tp):
        return self.places[tp]

    def add(self, tp):
        """A type, and all that it is made of."""
        pending = [tp]
        while pending:
            tp = pending.pop()
            if tp in self.places:
                continue
            self.places[tp] = None
            if isinstance(tp, model.FunctionPtrType):
                pending.append(tp.as_raw_function())
            elif not isinstance(tp, model.StructOrUnion):
                pending += tp.parts()
            elif tp.fldtypes is not None and tp not in self.recompiler.included:
                fields = self.recompiler.fields(tp)
                pending += [self.recompiler.field_type(tp, name, field) for name, field, _, _ in fields]

    def lay_out(self):
        """Gives each type its place, and writes the words."""
        order = sorted(self.places, key=str)
        places, slots = self.places, []
        for tp in order:
            if tp.is_raw_function:
                places[tp] = len(slots)
                slots.append(tp)
                for arg in tp.args:
                    if places[arg] is None:
                        places[arg] = len(slots)
                    slots.append(arg)
                slots.append(None)
        for tp in order:
            if places[tp] is None:
                places[tp] = len(slots)
                slots.append(tp)
                if tp.is_array_type and tp.length is not None:
                    slots.append(None)
        by_name = lambda tp: tp.name
        structs = sorted([tp for tp in order if isinstance(tp, model.StructOrUnion)], key=by_name)
        enums = sorted([tp for tp in order if isinstance(tp, model.EnumType)], key=by_name)
        self.structs = {tp: i for i, tp in enumerate(structs)}
        self.enums = {tp: i for i, tp in enumerate(enums)}
        words = [None] * len(slots)
        for tp in order:
            place = places[tp]
            for i, word in enumerate(self._words(tp, place)):
                words[place + i] = word
        assert None not in words
        self.words = tuple(words)

    def _words(self, tp, place):
        places = self.places
        if isinstance(tp, model.VoidType):
            return [CffiOp(OP_PRIMITIVE, PRIM_VOID)]
        if isinstance(tp, model.PrimitiveType):
            if tp.name in tp.IN_LINE_TYPES:
                raise NotImplementedError("type '%s' has no number in compiled modules: it can only be used in-line" % tp.name)
            return [CffiOp(OP_PRIMITIVE, PRIMITIVE_TO_INDEX[tp.name])]
        if isinstance(tp, model.UnknownIntegerType):
            return [CffiOp(OP_PRIMITIVE, '_cffi_prim_int(sizeof(%s), ((%s)-1 | 0 /* an integer? */) <= 0)'
                           % (tp.name, tp.name))]
        if isinstance(tp, model.UnknownFloatType):
            # (1 / 2) is 0 for integers.
            return [CffiOp(OP_PRIMITIVE, '_cffi_prim_float(sizeof(%s) * ((((%s)1) / 2) * 2 /* 0 for an integer */))'
                           % (tp.name, tp.name))]
        if tp.is_raw_function:
            return self._function_words(tp, place)
        if isinstance(tp, model.FunctionPtrType):
            return [CffiOp(OP_POINTER, places[tp.as_raw_function()])]
        if isinstance(tp, model.PointerType):
            return [CffiOp(OP_POINTER, places[tp.totype])]
        if isinstance(tp, model.ArrayType):
            if tp.length is None:
                return [CffiOp(OP_OPEN_ARRAY, places[tp.item])]
            if tp.length == '...':
                # Behind a pointer, where no typedef or more than one may have brought it.
                raise VerificationError("type %s badly placed: the '...' array length can only be used on global arrays "
                                        "or on fields of structures" % str(tp).replace('/*...*/', '...'))
            return [CffiOp(OP_ARRAY, places[tp.item]), CffiOp(None, str(tp.length))]
        if isinstance(tp, model.EnumType):
            return [CffiOp(OP_ENUM, self.enums[tp])]
        return [CffiOp(OP_STRUCT_UNION, self.structs[tp])]

    def _function_words(self, tp, place):
        words = [CffiOp(OP_FUNCTION, self.places[tp.result])]
        for i, arg in enumerate(tp.args, place + 1):
            if self.places[arg] == i or isinstance(arg, model.PrimitiveType):
                words += self._words(arg, i)[:1]
            else:
                words.append(CffiOp(OP_NOOP, self.places[arg]))
        flags = int(tp.ellipsis)
        if tp.abi == '__stdcall':
            flags |= 2
        elif tp.abi is not None:
            raise NotImplementedError("abi=%r" % (tp.abi,))
        words.append(CffiOp(OP_FUNCTION_END, flags))
        return words


class GlobalExpr:
    """A name of `lib`."""

    def __init__(self, name, address, type_op, size=0, check_value=0):
        self.name = name
        self.address = address
        self.type_op = type_op
        self.size = size
        self.check_value = check_value

    def as_c_expr(self):
        return '  { "%s", (void *)%s, %s, (void *)%s },' % (self.name, self.address, self.type_op.as_c_expr(), self.size)

    def as_python_expr(self):
        return "b'%s%s',%d" % (self.type_op.as_python_bytes(), self.name, self.check_value)


class FieldExpr:
    """A field, in the order of its struct."""

    def __init__(self, name, field_offset, field_size, fbitsize, field_type_op):
        self.name = name
        self.field_offset = field_offset
        self.field_size = field_size
        self.fbitsize = fbitsize
        self.field_type_op = field_type_op

    def as_c_expr(self):
        return '  { "%s", %s,\n    %s, %s },' % (self.name, self.field_offset, self.field_size,
                                                 self.field_type_op.as_c_expr())

    def as_field_python_expr(self):
        assert self.field_type_op.op in (OP_NOOP, OP_BITFIELD)
        bits = format_four_bytes(self.fbitsize) if self.field_type_op.op == OP_BITFIELD else ''
        return "b'%s%s%s'" % (self.field_type_op.as_python_bytes(), bits, self.name)


class StructUnionExpr:
    """A struct or union."""

    def __init__(self, name, type_index, flags, size, alignment, comment, first_field_index, c_fields):
        self.name = name
        self.type_index = type_index
        self.flags = flags
        self.size = size
        self.alignment = alignment
        self.comment = comment
        self.first_field_index = first_field_index
        self.c_fields = c_fields

    def as_c_expr(self):
        comment = ' /* %s */' % self.comment if self.comment else ''
        return '  { "%s", %d, %s,\n    %s, %s, %d, %d%s },' % (
            self.name, self.type_index, self.flags, self.size, self.alignment, self.first_field_index, len(self.c_fields),
            comment)

    def as_python_expr(self):
        flags = 0
        for word in self.flags.split('|'):
            flags |= G_FLAGS.get(word, 0)
        fields = ''.join([',' + field.as_field_python_expr() for field in self.c_fields])
        return "(b'%s%s%s'%s)" % (format_four_bytes(self.type_index), format_four_bytes(flags), self.name, fields or ',')


class EnumExpr:
    """An enum."""

    def __init__(self, name, type_index, size, signed, allenums):
        self.name = name
        self.type_index = type_index
        self.size = size
        self.signed = signed
        self.allenums = allenums

    def as_c_expr(self):
        # Names in lines of some hundred characters.
        lines, line = [], ''
        for name in self.allenums.split(','):
            line += name + ','
            if len(line) > 100:
                lines.append(line)
                line = ''
        lines.append(line)
        lines[-1] = lines[-1][:-1]
        if not lines[-1] and len(lines) > 1:
            lines.pop()
            lines[-1] = lines[-1][:-1]
        text = '\n'.join(['    "%s"' % line for line in lines])
        return '  { "%s", %d, _cffi_prim_int(%s, %s),\n%s },' % (self.name, self.type_index, self.size, self.signed, text)

    def as_python_expr(self):
        # int8 is followed by uint8, int16, uint16 ...
        prim = PRIM_INT8 + 2 * (1, 2, 4, 8).index(self.size) + (not self.signed)
        return "b'%s%s%s\\x00%s'" % (format_four_bytes(self.type_index), format_four_bytes(prim), self.name, self.allenums)


class TypenameExpr:
    """A typedef."""

    def __init__(self, name, type_index):
        self.name = name
        self.type_index = type_index

    def as_c_expr(self):
        return '  { "%s", %d },' % (self.name, self.type_index)

    def as_python_expr(self):
        return "b'%s%s'" % (format_four_bytes(self.type_index), self.name)
