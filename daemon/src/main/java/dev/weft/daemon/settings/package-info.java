/** The settings of a program at its start, from flags or from environment variables. */
@NullMarked
package dev.weft.daemon.settings;

import org.jspecify.annotations.NullMarked;
