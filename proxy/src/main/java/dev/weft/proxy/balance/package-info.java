/**
 * Load balancing: chooses the endpoint of a destination for the next session or request, by the endpoints' recent
 * health.
 */
@NullMarked
package dev.weft.proxy.balance;

import org.jspecify.annotations.NullMarked;
