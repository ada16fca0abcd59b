/** Decides which of several control planes of one trust domain does the work that only one may do. */
@NullMarked
package dev.weft.control.lead;

import org.jspecify.annotations.NullMarked;
