package dev.weft.cli.command.trust;

import dev.weft.api.v1.Awaited;
import dev.weft.api.v1.BundleVersion;
import dev.weft.api.v1.ProxyInfo;
import dev.weft.api.v1.ShowTrustResponse;
import java.util.List;
import java.util.stream.Stream;

/** The names of all that a rotation may wait for, and may be continued without. */
final class Followers {

    private Followers() {}

    /** Returns the workloads, the other trust domains, and all else that the rotation waits for now. */
    static List<String> of(ShowTrustResponse trust) {
        Stream<String> members = Stream.concat(
                trust.getProxiesList().stream().map(ProxyInfo::getWorkload),
                trust.getBundlesList().stream()
                        .map(BundleVersion::getTrustDomain)
                        .filter(domain -> !domain.equals(trust.getTrustDomain())));
        return Stream.concat(
                        members,
                        trust.getRotation().getWaitingForList().stream().map(Awaited::getWorkload))
                .distinct()
                .toList();
    }
}
