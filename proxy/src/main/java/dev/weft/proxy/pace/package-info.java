/** How often each caller is refused a session or denied a request, and what one that goes on gets. */
@NullMarked
package dev.weft.proxy.pace;

import org.jspecify.annotations.NullMarked;
