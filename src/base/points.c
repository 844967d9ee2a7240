#include "base/points.h"

enum { MILLIONTHS_A_HUNDREDTH = 10000 };

points points_round(int64_t millionths)
{
    int64_t half = millionths < 0 ? -MILLIONTHS_A_HUNDREDTH / 2 : MILLIONTHS_A_HUNDREDTH / 2;
    int64_t hundredths = (millionths + half) / MILLIONTHS_A_HUNDREDTH;
    if (hundredths > INT32_MAX) {
        return INT32_MAX;
    }
    return hundredths < INT32_MIN ? INT32_MIN : (points)hundredths;
}

enum error points_parse(struct slice text, points *ret_points)
{
    int64_t millionths = 0;
    TRY(slice_to_millionths(text, &millionths));
    if (millionths % MILLIONTHS_A_HUNDREDTH != 0 ||
        millionths / MILLIONTHS_A_HUNDREDTH > INT32_MAX ||
        millionths / MILLIONTHS_A_HUNDREDTH < INT32_MIN) {
        return E_INVALID;
    }
    *ret_points = (points)(millionths / MILLIONTHS_A_HUNDREDTH);
    return OK;
}

struct slice points_print(points value, char text[POINTS_TEXT_MAX])
{
    int64_t left = value < 0 ? -(int64_t)value : value;
    size_t at = POINTS_TEXT_MAX;
    for (int digit = 0; digit < 3 || left > 0; digit++) {
        if (digit == 2) {
            text[--at] = '.';
        }
        text[--at] = (char)('0' + left % 10);
        left /= 10;
    }
    if (value < 0) {
        text[--at] = '-';
    }
    return (struct slice){ .ptr = text + at, .len = POINTS_TEXT_MAX - at };
}
