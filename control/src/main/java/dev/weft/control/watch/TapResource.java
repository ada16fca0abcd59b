package dev.weft.control.watch;

import dev.weft.api.v1.Resource;
import dev.weft.control.observe.Taps;
import java.util.Optional;

/** What a proxy is told of those who look on at its workload's requests. */
final class TapResource {

    static final String NAME = "tap";

    private TapResource() {}

    /** Empty while no one does. */
    static Optional<Resource> of(Taps taps, String workload) {
        return taps.of(workload)
                .map(tap -> Resource.newBuilder()
                        .setName(NAME)
                        .setVersion(Versions.of(tap))
                        .setTap(tap)
                        .build());
    }
}
