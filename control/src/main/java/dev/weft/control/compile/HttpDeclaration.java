package dev.weft.control.compile;

import dev.weft.api.v1.Protocol;
import dev.weft.control.directory.DirectoryService;
import dev.weft.mesh.model.Service;
import dev.weft.mesh.select.PortProtocols;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What a Service declares about ports of the workloads that it selects.
 *
 * @param selector labels of these workloads
 * @param http for each port of the workloads about which it says something: whether that is HTTP, or bytes
 */
record HttpDeclaration(Map<String, String> selector, Map<DirectoryService.Target, Boolean> http) {

    /** Returns the declaration of a Service; empty if it declares nothing, or selects no workload. */
    static Optional<HttpDeclaration> of(Service service) {
        Map<DirectoryService.Target, Boolean> http = new HashMap<>();
        for (Service.Port port : service.ports()) {
            isHttp(PortProtocols.at(port.appProtocol(), port.name()))
                    .ifPresent(is -> http.merge(DirectoryEntries.target(port.targetPort()), is, Boolean::logicalAnd));
        }
        return http.isEmpty() || service.selector().isEmpty()
                ? Optional.empty()
                : Optional.of(new HttpDeclaration(service.selector(), http));
    }

    /** Returns whether a protocol is HTTP; empty if it is not declared. */
    static Optional<Boolean> isHttp(Protocol protocol) {
        return switch (protocol) {
            case PROTOCOL_HTTP1, PROTOCOL_HTTP2, PROTOCOL_GRPC -> Optional.of(true);
            case PROTOCOL_TCP -> Optional.of(false);
            case PROTOCOL_UNSPECIFIED, UNRECOGNIZED -> Optional.empty();
        };
    }

    /** Whether the Service selects a workload of its namespace with these labels. */
    boolean selects(Map<String, String> labels) {
        return labels.entrySet().containsAll(selector.entrySet());
    }
}
