package dev.weft.mesh.model;

import dev.weft.policy.model.Cidr;
import java.util.List;

/**
 * How the workloads and Services of another trust domain are found.
 *
 * @param addresses addresses of its control planes
 * @param ranges address ranges of its workloads and Services. An address outside of them is never accepted as one of
 *     its workloads or Services, and an address inside is never reached in plaintext
 */
public record Discovery(List<IpPort> addresses, List<Cidr> ranges) {

    public Discovery {
        addresses = List.copyOf(addresses);
        ranges = List.copyOf(ranges);
    }
}
