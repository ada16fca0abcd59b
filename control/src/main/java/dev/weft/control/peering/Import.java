package dev.weft.control.peering;

import dev.weft.api.v1.ExportedPort;
import dev.weft.api.v1.ExportedService;
import dev.weft.api.v1.ExportedServicePort;
import dev.weft.api.v1.ExportedWorkload;
import dev.weft.api.v1.Protocol;
import dev.weft.control.directory.Directory;
import dev.weft.control.directory.DirectoryService;
import dev.weft.control.directory.DirectoryWorkload;
import dev.weft.identity.spiffe.SpiffeId;
import dev.weft.identity.spiffe.TrustDomain;
import dev.weft.mesh.model.Service;
import dev.weft.policy.model.Cidr;
import dev.weft.policy.model.Ports;
import java.net.InetAddress;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The part of a peer's exports that is accepted: only identities of its own trust domain, only addresses in its ranges,
 * and only valid names. So a peer can misplace its own workloads, but can claim nothing about others.
 *
 * @param accepted the exports that may be used
 * @param refused number of workloads and Services that may not be used
 * @param reason why the first of them may not; empty if none was refused
 */
record Import(Exports accepted, int refused, String reason) {

    private static final int MAX_ADDRESSES = 4;
    private static final int MAX_PORTS = 4096;
    private static final int MAX_SERVICES = 1024;
    private static final int MAX_LABEL = 63;
    private static final Pattern ADDRESS =
            Pattern.compile("([0-9]{1,3}\\.){3}[0-9]{1,3}|(?=.{2,45}$)[0-9a-f.]*:[0-9a-f.:]*");
    private static final Pattern LABEL = Pattern.compile("[a-z0-9]([-a-z0-9]*[a-z0-9])?");

    static Import of(Exports exports, TrustDomain peer, List<Cidr> ranges) {
        Filter sorting = new Filter(peer, ranges);
        SortedMap<String, ExportedWorkload> workloads = sorting.of(exports.workloads(), sorting::objection);
        SortedMap<String, ExportedService> services = sorting.of(exports.services(), sorting::objection);
        return new Import(new Exports(workloads, services, exports.version()), sorting.refused, sorting.reason);
    }

    /** Returns the directory of the peer's addresses. */
    Directory directory() {
        return Directory.of(
                accepted.workloads().values().stream().map(Import::place).toList(),
                accepted.services().values().stream().map(Import::place).toList());
    }

    /** Converts a workload. Its labels are the names of its Services, because the real labels stay with the peer. */
    private static DirectoryWorkload place(ExportedWorkload workload) {
        return new DirectoryWorkload(
                workload.getNamespace(),
                workload.getName(),
                workload.getServicesList().stream().distinct().collect(Collectors.toMap(Function.identity(), _ -> "")),
                Optional.of(SpiffeId.parse(workload.getIdentity())),
                addresses(workload.getAddressesList()),
                workload.getReady(),
                workload.getPortsList().stream()
                        .map(port ->
                                new DirectoryWorkload.Port(port.getName(), port.getNumber(), known(port.getProtocol())))
                        .toList());
    }

    private static DirectoryService place(ExportedService service) {
        return new DirectoryService(
                service.getNamespace(),
                service.getName(),
                Map.of(service.getName(), ""),
                addresses(service.getAddressesList()),
                service.getPortsList().stream()
                        .map(port ->
                                new DirectoryService.Port(port.getNumber(), target(port), known(port.getProtocol())))
                        .toList());
    }

    /** Returns the hint; a hint that this version does not know counts as no hint. */
    private static Protocol known(Protocol hint) {
        return hint == Protocol.UNRECOGNIZED ? Protocol.PROTOCOL_UNSPECIFIED : hint;
    }

    private static Service.TargetPort target(ExportedServicePort port) {
        return port.hasTargetName()
                ? new Service.TargetPort.Named(port.getTargetName())
                : new Service.TargetPort.Numbered(port.getTargetPort());
    }

    private static List<InetAddress> addresses(List<String> literals) {
        return literals.stream().map(InetAddress::ofLiteral).toList();
    }

    /** One pass through a peer's exports. */
    private static final class Filter {
        private final TrustDomain peer;
        private final List<Cidr> ranges;
        private int refused;
        private String reason = "";

        Filter(TrustDomain peer, List<Cidr> ranges) {
            this.peer = peer;
            this.ranges = ranges;
        }

        <T> SortedMap<String, T> of(Map<String, T> items, Function<T, Optional<String>> objection) {
            SortedMap<String, T> good = new TreeMap<>();
            items.forEach((name, item) -> {
                Optional<String> why = objection.apply(item);
                if (why.isEmpty()) {
                    good.put(name, item);
                } else {
                    refused++;
                    reason = reason.isEmpty() ? why.get() : reason;
                }
            });
            return good;
        }

        Optional<String> objection(ExportedWorkload workload) {
            if (!isLabel(workload.getNamespace()) || !isLabel(workload.getName())) {
                return Optional.of("a workload has no usable name");
            }
            String who = "workload " + workload.getNamespace() + "/" + workload.getName();
            Optional<SpiffeId> identity = identity(workload.getIdentity());
            if (identity.isEmpty() || !identity.get().trustDomain().equals(peer)) {
                return Optional.of(who + ": an identity that is not of " + peer);
            }
            if (workload.getServicesCount() > MAX_SERVICES
                    || !workload.getServicesList().stream().allMatch(Import::isLabel)) {
                return Optional.of(who + ": Services that have no usable names");
            }
            boolean ports = workload.getPortsCount() <= MAX_PORTS
                    && workload.getPortsList().stream().allMatch(Filter::usable);
            return ports ? addresses(who, workload.getAddressesList()) : Optional.of(who + ": ports that are none");
        }

        Optional<String> objection(ExportedService service) {
            if (!isLabel(service.getNamespace()) || !isLabel(service.getName())) {
                return Optional.of("a Service has no usable name");
            }
            String who = "Service " + service.getNamespace() + "/" + service.getName();
            boolean ports = service.getPortsCount() <= MAX_PORTS
                    && service.getPortsList().stream().allMatch(Filter::usable);
            return ports ? addresses(who, service.getAddressesList()) : Optional.of(who + ": ports that are none");
        }

        private Optional<String> addresses(String who, List<String> literals) {
            if (literals.size() > MAX_ADDRESSES) {
                return Optional.of(who + ": more than " + MAX_ADDRESSES + " addresses");
            }
            return literals.stream()
                    .filter(literal -> !inRange(literal))
                    .findFirst()
                    .map(literal -> who + ": an address outside of the ranges of " + peer);
        }

        private boolean inRange(String literal) {
            if (!ADDRESS.matcher(literal).matches()) {
                return false;
            }
            try {
                InetAddress address = InetAddress.ofLiteral(literal);
                return ranges.stream().anyMatch(range -> range.contains(address));
            } catch (IllegalArgumentException _) {
                return false;
            }
        }

        private static Optional<SpiffeId> identity(String text) {
            try {
                return Optional.of(SpiffeId.parse(text)).filter(SpiffeId::hasPath);
            } catch (IllegalArgumentException _) {
                return Optional.empty();
            }
        }

        private static boolean usable(ExportedPort port) {
            return Ports.isPort(port.getNumber()) && (port.getName().isEmpty() || isLabel(port.getName()));
        }

        private static boolean usable(ExportedServicePort port) {
            boolean target = port.hasTargetName() ? isLabel(port.getTargetName()) : Ports.isPort(port.getTargetPort());
            return Ports.isPort(port.getNumber()) && target;
        }
    }

    private static boolean isLabel(String text) {
        return text.length() <= MAX_LABEL && LABEL.matcher(text).matches();
    }
}
