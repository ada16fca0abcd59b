/**
 * New issuers and new anchors: the operators' service, and rotations that continue step by step as the proxies follow.
 */
@NullMarked
package dev.weft.control.rotate;

import org.jspecify.annotations.NullMarked;
