package dev.weft.identity.bundle;

import static java.util.Objects.requireNonNull;

import java.util.List;

/**
 * A bundle, with what was left out when it was read.
 *
 * @param ignored one line for people for each key that is not used, with the reason (TB-04, X5-15, JW-08)
 */
public record DecodedBundle(SpiffeBundle bundle, List<String> ignored) {

    public DecodedBundle {
        requireNonNull(bundle, "bundle");
        ignored = List.copyOf(ignored);
    }
}
