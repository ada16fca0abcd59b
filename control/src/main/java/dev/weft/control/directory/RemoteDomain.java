package dev.weft.control.directory;

import static java.util.Objects.requireNonNull;

import dev.weft.identity.spiffe.TrustDomain;
import dev.weft.policy.model.Cidr;
import java.net.InetAddress;
import java.util.List;

/**
 * Another trust domain whose workloads are called from here.
 *
 * @param ranges address ranges of its workloads and Services
 */
public record RemoteDomain(TrustDomain trustDomain, List<Cidr> ranges, Knowledge knowledge) {

    public RemoteDomain {
        requireNonNull(trustDomain, "trustDomain");
        ranges = List.copyOf(ranges);
        requireNonNull(knowledge, "knowledge");
    }

    /** What is known of the trust domain. */
    public sealed interface Knowledge {

        /** The directory tells where its addresses lead. */
        record Known(Directory directory) implements Knowledge {
            public Known {
                requireNonNull(directory, "directory");
            }
        }

        /** No address of the trust domain can be reached, for this reason. */
        record Closed(String reason) implements Knowledge {
            public Closed {
                requireNonNull(reason, "reason");
            }
        }
    }

    /** Whether the address is in a range of this trust domain. */
    public boolean owns(InetAddress address) {
        return ranges.stream().anyMatch(range -> range.contains(address));
    }

    /** Reports the differences in the answers about other trust domains. */
    static void differences(List<RemoteDomain> former, List<RemoteDomain> now, DirectoryChanges changes) {
        if (!places(former).equals(places(now))) {
            changes.names();
            changes.everything();
            return;
        }
        for (int i = 0; i < now.size(); i++) {
            if (former.get(i).knowledge() instanceof Knowledge.Known(Directory before)
                    && now.get(i).knowledge() instanceof Knowledge.Known(Directory present)) {
                present.differences(before, changes);
            } else if (!former.get(i).knowledge().equals(now.get(i).knowledge())) {
                changes.everything();
            }
        }
    }

    private static List<Object> places(List<RemoteDomain> domains) {
        return domains.stream()
                .<Object>map(domain -> List.of(domain.trustDomain(), domain.ranges()))
                .toList();
    }
}
