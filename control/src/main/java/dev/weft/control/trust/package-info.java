/** The trust bundles of all trust domains, as the proxies and the control plane itself use them. */
@NullMarked
package dev.weft.control.trust;

import org.jspecify.annotations.NullMarked;
