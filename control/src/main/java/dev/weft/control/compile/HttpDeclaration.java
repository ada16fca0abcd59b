package dev.weft.control.compile;

import dev.weft.api.v1.Protocol;
import dev.weft.mesh.model.Service;
import dev.weft.mesh.select.PortProtocols;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What Services with one selector declare about ports of the workloads that they select.
 *
 * @param service name of the first of these Services, without its namespace
 * @param selector labels of these workloads
 * @param http for each port of the workloads about which it says something: whether that is HTTP, or bytes
 */
record HttpDeclaration(String service, Map<String, String> selector, Map<Service.TargetPort, Boolean> http) {

    /** Most ports that are kept of Services with one selector. */
    static final int MAX_TARGETS = 4096;

    /** Returns the declaration of a Service; empty if it declares nothing, or selects no workload. */
    static Optional<HttpDeclaration> of(Service service) {
        Map<Service.TargetPort, Boolean> http = new LinkedHashMap<>();
        for (Service.Port port : service.ports()) {
            isHttp(PortProtocols.at(port.appProtocol(), port.name()))
                    .ifPresent(is -> http.merge(port.targetPort(), is, Boolean::logicalAnd));
        }
        return http.isEmpty() || service.selector().isEmpty()
                ? Optional.empty()
                : Optional.of(new HttpDeclaration(service.name().name(), service.selector(), http));
    }

    /** Returns what this one and that of a Service with the same selector, whose name comes later, declare. */
    HttpDeclaration and(HttpDeclaration later) {
        Map<Service.TargetPort, Boolean> both = new LinkedHashMap<>(http);
        later.http.forEach((target, is) -> {
            if (both.size() < MAX_TARGETS || both.containsKey(target)) {
                both.merge(target, is, Boolean::logicalAnd);
            }
        });
        return new HttpDeclaration(service, selector, both);
    }

    /** Returns whether a protocol is HTTP; empty if it is not declared. */
    static Optional<Boolean> isHttp(Protocol protocol) {
        return switch (protocol) {
            case PROTOCOL_HTTP1, PROTOCOL_HTTP2, PROTOCOL_GRPC -> Optional.of(true);
            case PROTOCOL_TCP -> Optional.of(false);
            case PROTOCOL_UNSPECIFIED, UNRECOGNIZED -> Optional.empty();
        };
    }
}
