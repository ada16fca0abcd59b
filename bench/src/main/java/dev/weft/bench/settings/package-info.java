/** The settings of the bench, read from the command line. */
@NullMarked
package dev.weft.bench.settings;

import org.jspecify.annotations.NullMarked;
