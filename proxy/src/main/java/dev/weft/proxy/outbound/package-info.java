/**
 * Connections of the application: accepted, routed, looked at for what they speak, and carried. What is carried as bytes is
 * carried here.
 */
@NullMarked
package dev.weft.proxy.outbound;

import org.jspecify.annotations.NullMarked;
