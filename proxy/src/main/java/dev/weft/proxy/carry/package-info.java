/**
 * How a connection of the application is carried once it is clear where it goes and what it speaks: the seam between accepting
 * connections and carrying their requests.
 */
@NullMarked
package dev.weft.proxy.carry;

import org.jspecify.annotations.NullMarked;
