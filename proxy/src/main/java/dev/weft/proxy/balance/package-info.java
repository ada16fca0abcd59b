/**
 * Which endpoint of a destination gets the next session or request, by how each has answered of late.
 */
@NullMarked
package dev.weft.proxy.balance;

import org.jspecify.annotations.NullMarked;
