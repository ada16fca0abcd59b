/**
 * New issuers and new anchors: the operator's service, and rotations that go step by step as the proxies follow.
 */
@NullMarked
package dev.weft.control.rotate;

import org.jspecify.annotations.NullMarked;
