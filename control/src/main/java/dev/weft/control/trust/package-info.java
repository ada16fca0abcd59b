/**
 * What is trusted of the trust domain, as proxies and the control plane itself see it.
 */
@NullMarked
package dev.weft.control.trust;

import org.jspecify.annotations.NullMarked;
