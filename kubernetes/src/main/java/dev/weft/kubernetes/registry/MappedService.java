package dev.weft.kubernetes.registry;

import dev.weft.mesh.model.Service;
import java.util.List;

/**
 * A Service that selects pods.
 *
 * @param addresses cluster IPs of the Service; empty for a headless Service
 */
record MappedService(Service service, List<String> addresses) {

    MappedService {
        addresses = List.copyOf(addresses);
    }
}
