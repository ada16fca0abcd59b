package dev.weft.control.watch;

import dev.weft.api.v1.Resource;
import dev.weft.control.observe.Taps;
import java.util.Optional;

/** Creates the resource that tells a proxy which requests of its workload are tapped. */
final class TapResource {

    static final String NAME = "tap";

    private TapResource() {}

    /** Returns the resource; empty while there is no tap. */
    static Optional<Resource> of(Taps taps, String workload) {
        return taps.of(workload)
                .map(tap -> Resource.newBuilder()
                        .setName(NAME)
                        .setVersion(ResourceVersions.of(tap))
                        .setTap(tap)
                        .build());
    }
}
