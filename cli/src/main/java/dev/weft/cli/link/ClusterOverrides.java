package dev.weft.cli.link;

import dev.weft.cli.failure.CommandFailure;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * Settings of the operator for clusters, used instead of what is read from them; keyed by context.
 *
 * @param addresses address of the control plane, HOST:PORT
 * @param bundles address of the trust bundle, HOST:PORT
 * @param ranges ranges of pods and Services, separated by commas
 */
public record ClusterOverrides(Map<String, String> addresses, Map<String, String> bundles, Map<String, String> ranges) {

    public ClusterOverrides {
        addresses = Map.copyOf(addresses);
        bundles = Map.copyOf(bundles);
        ranges = Map.copyOf(ranges);
    }

    /** No settings. */
    public static final ClusterOverrides NOTHING = new ClusterOverrides(Map.of(), Map.of(), Map.of());

    /** Whether there are no settings, so that everything is read from the clusters. */
    public boolean isNothing() {
        return equals(NOTHING);
    }

    /** @throws CommandFailure if a setting is for another context, or is not valid (WEFT-L100) */
    void check(List<String> contexts) {
        Stream.of(addresses, bundles, ranges)
                .flatMap(said -> said.keySet().stream())
                .filter(context -> !contexts.contains(context))
                .findFirst()
                .ifPresent(context -> {
                    throw usage("context " + context + " is not one of the two");
                });
        for (String context : contexts) {
            boolean reached = address(context).isPresent();
            if (bundles.containsKey(context) && !reached) {
                throw usage("--bundle-address " + context + "= goes with --address " + context + "=");
            }
            var _ = ranges(context);
        }
    }

    Optional<PeeringAddresses> address(String context) {
        return Optional.ofNullable(addresses.get(context))
                .map(said -> checked(() -> PeeringAddresses.said(said, Optional.ofNullable(bundles.get(context)))));
    }

    Optional<AddressRanges> ranges(String context) {
        return Optional.ofNullable(ranges.get(context))
                .map(said -> checked(() -> AddressRanges.of(List.of(said.split(",", -1)))));
    }

    private static <T> T checked(Supplier<T> read) {
        try {
            return read.get();
        } catch (IllegalArgumentException e) {
            throw usage(String.valueOf(e.getMessage()));
        }
    }

    private static CommandFailure usage(String what) {
        return CommandFailure.usage(what, "see 'weft link --help'");
    }
}
