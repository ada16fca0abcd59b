/**
 * Matches requests with the routes of their destination, and describes where they go and what changes on the way.
 * Nothing in here reads from a connection or writes to one.
 */
@NullMarked
package dev.weft.proxy.route;

import org.jspecify.annotations.NullMarked;
