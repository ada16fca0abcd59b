/**
 * Outbound connections of the application: accepts them, routes them, detects their protocol, and hands them to a
 * carrier. The carrier for bytes is in here.
 */
@NullMarked
package dev.weft.proxy.outbound;

import org.jspecify.annotations.NullMarked;
