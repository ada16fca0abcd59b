/**
 * Where a request goes by the routes of its destination, and what of it changes on its way. Nothing in here reads from a
 * connection or writes to one.
 */
@NullMarked
package dev.weft.proxy.route;

import org.jspecify.annotations.NullMarked;
