/**
 * Which of several control planes of one trust domain does what only one may do.
 */
@NullMarked
package dev.weft.control.lead;

import org.jspecify.annotations.NullMarked;
