/**
 * Control planes of different trust domains tell each other which workloads and Services they have, so that those can be called
 * across.
 */
@NullMarked
package dev.weft.control.peering;

import org.jspecify.annotations.NullMarked;
