package dev.weft.cli.check;

import dev.weft.api.v1.ListMachinesResponse;
import dev.weft.api.v1.ListRevocationsResponse;
import dev.weft.api.v1.ProxyInfo;
import dev.weft.api.v1.ShowTrustResponse;
import dev.weft.api.v1.TrustDomainInfo;
import dev.weft.cli.mesh.MeshRef;
import dev.weft.cli.mesh.SidecarStatus;
import dev.weft.control.analyze.Finding;
import dev.weft.files.yaml.Parsed;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The state of a mesh at one moment, as seen from where the command runs.
 *
 * @param now time by this machine's clock
 * @param withoutControlPlane whether the mesh has no control plane because no workload is meshed
 * @param analysis its findings about the mesh's objects; none if the mesh has files, which are analyzed here
 * @param sidecars the answer, or silence, of each meshed workload's sidecar
 */
public record Observation(
        MeshRef mesh,
        Instant now,
        List<String> registryErrors,
        boolean withoutControlPlane,
        Reply<ShowTrustResponse> trust,
        Reply<List<TrustDomainInfo>> domains,
        Reply<ListRevocationsResponse> revocations,
        Reply<ListMachinesResponse> machines,
        Reply<List<Finding>> analysis,
        List<Parsed> files,
        List<Reply<SidecarStatus>> sidecars) {

    public Observation {
        registryErrors = List.copyOf(registryErrors);
        files = List.copyOf(files);
        sidecars = List.copyOf(sidecars);
    }

    /** Whether there is no control plane because no workload is meshed. */
    boolean unmeshed() {
        return trust.answer().isEmpty() && withoutControlPlane;
    }

    /** Returns the workloads, as {@code namespace/name}, whose sidecars are not connected to the control plane. */
    public Set<String> unconnected() {
        return trust.answer().stream()
                .flatMap(answer -> answer.getProxiesList().stream())
                .filter(proxy -> !proxy.getConnected())
                .map(ProxyInfo::getWorkload)
                .collect(Collectors.toSet());
    }

    /**
     * Returns the workloads whose sidecars the control plane named when it was asked for them, but not any more when it was
     * asked about trust: {@code namespace/name}.
     */
    public Set<String> missing() {
        Set<String> missing = new HashSet<>();
        trust.answer().ifPresent(answer -> {
            sidecars.forEach(sidecar -> missing.add(sidecar.from()));
            answer.getProxiesList().forEach(proxy -> missing.remove(proxy.getWorkload()));
        });
        return missing;
    }

    /**
     * Returns this observation without what pods explain: the sidecars of pods that are starting or ending and are not
     * connected, and those that went missing because their pod has ended.
     *
     * @param pods all pods of the cluster, {@code namespace/name}
     * @param startingOrEnding those of them that are starting or ending
     */
    public Observation explainedBy(Set<String> pods, Set<String> startingOrEnding) {
        Set<String> gone = unconnected();
        gone.retainAll(startingOrEnding);
        Set<String> ended = missing();
        ended.removeAll(pods);
        gone.addAll(ended);
        Optional<ShowTrustResponse> kept = trust.answer()
                .map(answer -> answer.toBuilder()
                        .clearProxies()
                        .addAllProxies(answer.getProxiesList().stream()
                                .filter(proxy -> !gone.contains(proxy.getWorkload()))
                                .toList())
                        .build());
        return new Observation(
                mesh,
                now,
                registryErrors,
                withoutControlPlane,
                new Reply<>(trust.from(), kept, trust.silence(), trust.asked(), trust.took()),
                domains,
                revocations,
                machines,
                analysis,
                files,
                sidecars.stream()
                        .filter(sidecar -> !gone.contains(sidecar.from()))
                        .toList());
    }

    /** Whether sidecars answered but none reported its inbound mode: in a cluster they are not asked themselves. */
    boolean modesUnknown() {
        return sidecars.stream().anyMatch(sidecar -> sidecar.answer().isPresent())
                && sidecars.stream()
                        .flatMap(sidecar -> sidecar.answer().stream())
                        .allMatch(status ->
                                status.inbound() == null || status.inbound().mode() == null);
    }

    /**
     * An answer, or the reason for its absence.
     *
     * @param from who was asked: a workload as {@code namespace/name}, or the control plane
     * @param silence why there was no answer; empty if there was one
     * @param asked time of the question by this machine's clock
     * @param took how long the answer took, or how long it was waited for
     */
    public record Reply<T>(String from, Optional<T> answer, String silence, Instant asked, Duration took) {

        /** Returns an answer. */
        public static <T> Reply<T> answer(String from, T answer, Instant asked, Duration took) {
            return new Reply<>(from, Optional.of(answer), "", asked, took);
        }

        /** Returns the absence of an answer. */
        public static <T> Reply<T> silence(String from, String why, Instant asked, Duration took) {
            return new Reply<>(from, Optional.empty(), why, asked, took);
        }

        /**
         * Returns the least difference of another clock to this machine's: zero if its time lies between question and
         * answer.
         */
        Duration skew(Instant time) {
            if (time.isBefore(asked)) {
                return Duration.between(time, asked);
            }
            Instant answered = asked.plus(took);
            return time.isAfter(answered) ? Duration.between(answered, time) : Duration.ZERO;
        }
    }
}
