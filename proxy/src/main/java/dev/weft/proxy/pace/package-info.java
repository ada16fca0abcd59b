/** Limits how often each caller may be refused a session or denied a request, and decides what happens beyond that. */
@NullMarked
package dev.weft.proxy.pace;

import org.jspecify.annotations.NullMarked;
