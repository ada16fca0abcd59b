package dev.weft.control.federation;

import dev.weft.mesh.model.BundleEndpoint;

/** How the registry wants one trust domain to be followed. */
record FollowSettings(BundleEndpoint endpoint, Bootstrap bootstrap, boolean disabled) {}
