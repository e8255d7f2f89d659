# needs: package(cairocffi)
"""cairocffi: drawing into an image, paths, patterns, text extents, PNG and SVG through Python files, errors."""

import io
import math

import cairocffi as cairo

surface = cairo.ImageSurface(cairo.FORMAT_ARGB32, 40, 30)
context = cairo.Context(surface)
context.set_source_rgb(1, 0, 0)
context.rectangle(5, 5, 20, 10)
context.fill()
context.set_source_rgba(0, 0, 1, 0.5)
context.paint()
pixels = bytes(surface.get_data())
stride = surface.get_stride()
print(stride, len(pixels), pixels[0:4].hex(), pixels[stride * 8 + 40:stride * 8 + 44].hex())
context.move_to(1, 2)
context.line_to(3, 4)
context.curve_to(5, 6, 7, 8, 9, 10)
context.close_path()
print(context.copy_path()[:3], context.path_extents() != (0, 0, 0, 0), context.has_current_point())
context.rotate(math.pi / 2)
matrix = context.get_matrix()
print([round(v, 6) for v in matrix.as_tuple()], [round(v, 6) for v in matrix.transform_point(1, 0)], matrix == context.get_matrix())
gradient = cairo.LinearGradient(0, 0, 10, 0)
gradient.add_color_stop_rgb(0, 1, 1, 1)
gradient.add_color_stop_rgb(1, 0, 0, 0)
print(gradient.get_linear_points(), len(gradient.get_color_stops()))
out = io.BytesIO()
surface.write_to_png(out)
again = cairo.ImageSurface.create_from_png(io.BytesIO(out.getvalue()))
print(out.getvalue()[:4], again.get_width(), again.get_height(), bytes(again.get_data()) == bytes(surface.get_data()))
svg = io.BytesIO()
target = cairo.SVGSurface(svg, 20, 20)
drawing = cairo.Context(target)
drawing.arc(10, 10, 5, 0, math.tau)
drawing.stroke()
target.finish()
print(svg.getvalue().startswith(b"<?xml"), b"<path" in svg.getvalue())
for call in (lambda: cairo.ImageSurface(cairo.FORMAT_ARGB32, -1, 1), lambda: cairo.ImageSurface.create_from_png(io.BytesIO(b"junk")),
             lambda: context.restore()):
    try:
        call()
    except Exception as error:
        print(type(error).__name__, error)
