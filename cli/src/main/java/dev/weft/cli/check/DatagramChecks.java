package dev.weft.cli.check;

import dev.weft.cli.check.Observation.Reply;
import dev.weft.cli.mesh.SidecarStatus;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;

/** Reports which workloads receive datagrams, which no sidecar sees. */
final class DatagramChecks {

    private DatagramChecks() {}

    /**
     * Only reports, without a warning: a declared UDP port is intended, and permissive workloads have a check of their
     * own.
     */
    static Verdict udp(Observation seen) {
        List<String> open = seen.sidecars().stream()
                .flatMap(sidecar -> open(sidecar).stream())
                .toList();
        if (open.isEmpty() && seen.modesUnknown()) {
            return Verdict.ok(
                    "sidecars of a cluster do not report it: a pod's open ports are those that its containers declare, and"
                            + " its weft.dev/udp-ports");
        }
        return Verdict.ok(
                open.isEmpty()
                        ? "no workload accepts UDP, except for answers"
                        : "UDP is admitted without identity and policy by " + String.join(", ", open));
    }

    private static Optional<String> open(Reply<SidecarStatus> sidecar) {
        return sidecar.answer().map(SidecarStatus::inbound).flatMap(inbound -> {
            if ("permissive".equals(inbound.mode())) {
                return Optional.of(sidecar.from() + " (permissive)");
            }
            List<Integer> ports = Objects.requireNonNullElse(inbound.udpPorts(), List.of());
            return ports.isEmpty()
                    ? Optional.empty()
                    : Optional.of(sidecar.from() + " ("
                            + ports.stream().map(String::valueOf).collect(Collectors.joining(", ")) + ")");
        });
    }
}
