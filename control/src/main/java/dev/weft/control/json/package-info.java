/**
 * A little JSON: enough for log lines, admin answers and token files.
 */
@NullMarked
package dev.weft.control.json;

import org.jspecify.annotations.NullMarked;
