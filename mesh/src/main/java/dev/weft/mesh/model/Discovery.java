package dev.weft.mesh.model;

import dev.weft.policy.model.Cidr;
import java.util.List;

/**
 * How the workloads and Services of a trust domain are found.
 *
 * @param addresses its control planes
 * @param ranges where its workloads and Services are: no other address is believed to be one of them, and none of these is ever
 *     reached in plaintext
 */
public record Discovery(List<IpPort> addresses, List<Cidr> ranges) {

    public Discovery {
        addresses = List.copyOf(addresses);
        ranges = List.copyOf(ranges);
    }
}
