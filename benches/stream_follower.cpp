// What libtins' StreamFollower does with a capture, for benches/ladder.rs to stand beside: reads,
// reassembles both directions, and adds up what it delivers. No protocol, no checksums.
//
//     g++ -O2 benches/stream_follower.cpp -ltins -o target/stream_follower
//     target/stream_follower CAPTURE      # prints the delivered bytes

#include <cstdint>
#include <iostream>
#include <tins/tins.h>
#include <tins/tcp_ip/stream_follower.h>

int main(int argc, char **argv) {
    if (argc != 2) {
        std::cerr << "usage: stream_follower CAPTURE\n";
        return 2;
    }
    std::uint64_t delivered = 0;
    Tins::TCPIP::StreamFollower follower;
    follower.new_stream_callback([&](Tins::TCPIP::Stream &stream) {
        stream.client_data_callback(
            [&](Tins::TCPIP::Stream &of) { delivered += of.client_payload().size(); });
        stream.server_data_callback(
            [&](Tins::TCPIP::Stream &of) { delivered += of.server_payload().size(); });
    });
    follower.follow_partial_streams(true);
    Tins::FileSniffer capture(argv[1]);
    capture.sniff_loop([&](Tins::PDU &packet) {
        follower.process_packet(packet);
        return true;
    });
    std::cout << delivered << '\n';
}
