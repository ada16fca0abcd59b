/**
 * The control plane's persistent state: trust anchors, the issuer with its key, issuers that wait or are being retired.
 */
@NullMarked
package dev.weft.control.state;

import org.jspecify.annotations.NullMarked;
