/** What a program is told at its start, by flags or by environment variables. */
@NullMarked
package dev.weft.daemon.settings;

import org.jspecify.annotations.NullMarked;
