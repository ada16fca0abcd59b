package dev.weft.kubernetes.registry;

import dev.weft.mesh.model.Service;
import java.util.List;

/**
 * A Service that selects pods.
 *
 * @param addresses cluster IPs of the Service; empty for a headless Service
 * @param forKubeProxy whether it asks for something that kube-proxy does and sidecars do not
 */
record MappedService(Service service, List<String> addresses, boolean forKubeProxy) {

    MappedService {
        addresses = List.copyOf(addresses);
    }
}
