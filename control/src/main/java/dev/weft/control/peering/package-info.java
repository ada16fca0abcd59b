/**
 * Exchange between control planes of different trust domains: each reports its workloads and Services, so that they can
 * be called from the other domain.
 */
@NullMarked
package dev.weft.control.peering;

import org.jspecify.annotations.NullMarked;
