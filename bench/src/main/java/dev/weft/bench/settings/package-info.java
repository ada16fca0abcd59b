/** What to measure and for how long, read from the command line. */
@NullMarked
package dev.weft.bench.settings;

import org.jspecify.annotations.NullMarked;
