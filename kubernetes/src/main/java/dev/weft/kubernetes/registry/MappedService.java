package dev.weft.kubernetes.registry;

import dev.weft.mesh.model.Service;
import java.util.List;

/**
 * A Service that leads to the pods of a selector.
 *
 * @param addresses its cluster IPs; none of a headless one
 */
record MappedService(Service service, List<String> addresses) {

    MappedService {
        addresses = List.copyOf(addresses);
    }
}
