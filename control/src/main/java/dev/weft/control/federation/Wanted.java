package dev.weft.control.federation;

import dev.weft.control.registry.BundleEndpoint;

/** What the registry wants of one trust domain. */
record Wanted(BundleEndpoint endpoint, Bootstrap bootstrap, boolean disabled) {}
