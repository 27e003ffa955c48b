"""An invented portfolio and a loopback stand-in of the USPTO's TSDR service, for `tmwatch demo` and the tests."""
