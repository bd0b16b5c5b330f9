internal import VenueKit
