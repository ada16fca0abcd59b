package dev.weft.control.rotate;

import java.io.IOException;
import java.time.Instant;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Removes authorities that were rotated out from the bundle, when everything that they signed has ended. */
record EndedAuthorities(RotationParts parts) {

    private static final Logger LOG = LoggerFactory.getLogger(EndedAuthorities.class);

    /** Removes the authorities that have ended by now; nothing else may change issuer or anchors at the same time. */
    void forget() {
        Instant now = parts.clock().instant();
        if (parts.issuer().retired().stream().allMatch(authority -> now.isBefore(authority.until()))) {
            return;
        }
        try {
            parts.state()
                    .writeRetired(parts.state().retired().stream()
                            .filter(authority -> now.isBefore(authority.until()))
                            .toList());
            parts.issuer().reloadAtOnce();
        } catch (IOException e) {
            LOG.atWarn().setCause(e).log("ended authorities stay in retired.json; tried again soon");
        }
    }
}
