package dev.weft.control.federation;

import dev.weft.mesh.model.BundleEndpoint;

/** What the registry wants of one trust domain. */
record Wanted(BundleEndpoint endpoint, Bootstrap bootstrap, boolean disabled) {}
