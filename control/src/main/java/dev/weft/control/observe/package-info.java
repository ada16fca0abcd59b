/** What the proxies of the mesh observe and report: who calls whom, and single requests. */
@NullMarked
package dev.weft.control.observe;

import org.jspecify.annotations.NullMarked;
