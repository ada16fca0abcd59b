/**
 * What every registry and every store must do, as tests for each of them to run, and one of each that is in memory alone.
 */
@NullMarked
package dev.weft.contracts;

import org.jspecify.annotations.NullMarked;
